// The software bill of materials: what of others is in the package, for programs that look for known faults.
import { createHash } from 'node:crypto';
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';

/** @typedef {import('./components.mjs').Component} Component */

/** As https://github.com/package-url/purl-spec names packages. Of the standard library there is no package. */
const PURL = {
  npm: (/** @type {string} */ name, /** @type {string} */ version) => `pkg:npm/${name.replace('@', '%40')}@${version}`,
  cargo: (/** @type {string} */ name, /** @type {string} */ version) => `pkg:cargo/${name}@${version}`,
  rust: () => undefined,
};

/**
 * A bill in CycloneDX 1.6, JSON. Equal components and dates give equal bytes.
 * @param {{ name: string, version: string, licence: string }} plugin
 * @param {Component[]} components
 * @param {Date} date
 */
export function sbom(plugin, components, date) {
  const root = new Models.Component(Enums.ComponentType.Library, plugin.name, {
    version: plugin.version,
    bomRef: plugin.name,
    licenses: licences(plugin.licence),
  });
  const parts = components.map(part);
  parts.forEach(({ bomRef }) => root.dependencies.add(bomRef));
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: root, timestamp: date }),
    components: new Models.ComponentRepository(parts),
    serialNumber: serialNumber(JSON.stringify([plugin, components, date])),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

/** @param {Component} component */
function part({ ecosystem, name, version, licence }) {
  const purl = PURL[ecosystem](name, version);
  return new Models.Component(Enums.ComponentType.Library, name, {
    version,
    bomRef: `${ecosystem}:${name}@${version}`,
    licenses: licences(licence),
    ...(purl !== undefined && { purl }),
  });
}

/** @param {string} expression */
const licences = (expression) => new Models.LicenseRepository([new Models.LicenseExpression(expression)]);

/** A UUID of version 8 (RFC 9562, section 5.8), made from what the bill says. @param {string} content */
function serialNumber(content) {
  const digits = createHash('sha256').update(content).digest('hex');
  const groups = [digits.slice(0, 8), digits.slice(8, 12), `8${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`];
  return `urn:uuid:${groups.join('-')}-${digits.slice(20, 32)}`;
}
