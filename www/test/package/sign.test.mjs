// The signature, with a service that stands in for grafana.com's: @grafana/sign-plugin asks it as it would ask that.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

import { ROOT } from '../../../scripts/command.mjs';
import { unzip } from '../../../scripts/package/zip.mjs';
import { validate } from '../../../scripts/validate.mjs';
import { clearSigned } from './breaks.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'freshet-sign-'));
const certificate = certify();
after(() => rmSync(folder, { recursive: true, force: true }));

const reason = certificate ? false : 'openssl, which makes a certificate for the service, is missing';

test('with a token, the signature is made last and covers every file', { skip: reason }, async () => {
  const signer = createServer(certificate ?? {}, async (request, response) => {
    const isAllowed = request.headers.authorization === 'Bearer secret' && request.url === '/plugins/ci/sign';
    response.writeHead(isAllowed ? 200 : 401).end(clearSigned(await text(request)));
  });
  await once(signer.listen(0, '127.0.0.1'), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (signer.address());
  const entries = await packageWith({
    GRAFANA_ACCESS_POLICY_TOKEN: 'secret',
    GRAFANA_COM_URL: `https://localhost:${port}`,
    NODE_EXTRA_CA_CERTS: path.join(folder, 'cert.pem'),
  }).finally(() => signer.close());
  const manifest = Buffer.from(entries.get('freshet-websocket-datasource/MANIFEST.txt') ?? []).toString();
  assert.match(manifest, /"rootUrls":\["http:\/\/localhost:3000"\]/);
  assert.match(manifest, /"freshet_bg\.[0-9a-f]+\.wasm":"[0-9a-f]{64}"/);
  assert.deepEqual(
    validate(entries).filter(({ rule }) => !rule.advice),
    []
  );
});

/** Packs in a process of its own, since commands get the environment as it was at the start. @param {Record<string, string>} env */
async function packageWith(env) {
  const output = path.join(folder, 'package');
  const program = `
    import { packagePlugin } from './scripts/package.mjs';
    const options = ['--rootUrls', 'http://localhost:3000'];
    const { file } = await packagePlugin(${JSON.stringify(output)}, new Date(1.7e12), options);
    process.stderr.write(file);`;
  const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  return unzip(readFileSync((await child).stderr));
}

/** A certificate for localhost, or undefined where openssl is missing. */
function certify() {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const { status } = spawnSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert]);
  return status === 0 ? { key: readFileSync(key), cert: readFileSync(cert) } : undefined;
}
