// Loads a plugin into a realm of its own behind near-membrane, as Grafana does for the plugins that its setting
// `enable_frontend_sandbox_for_plugins` names (public/app/features/plugins/sandbox). What Grafana forbids there
// (iframes, the page outside the plugin's own elements) this plugin does not use, so beside scripts nothing is distorted here: this shows
// what the membrane lets through. The sandbox is deprecated, and removed in Grafana 13.4 (its documentation for 13.3, "Improve
// security with the Plugins Frontend Sandbox").
import { DataSourceApi } from '@grafana/data';

type Membrane = typeof import('@locker/near-membrane-dom');
type Factory = (...modules: unknown[]) => unknown;

/** What the module at `url` exports. `shared` gives the modules that it may ask for. */
export async function importInSandbox(
  url: string,
  shared: (name: string) => object | undefined
): Promise<Record<string, unknown>> {
  const { default: createVirtualEnvironment }: Membrane = await import(new URL('membrane.js', document.baseURI).href);
  const code = await textOf(url);
  return new Promise((resolve, reject) => {
    const exports = {};
    const own: Record<string, object> = { module: { id: url, uri: url, exports }, exports };
    const define = (names: string[], factory: Factory) => {
      try {
        const made = factory(...names.map((name) => own[name] ?? found(name, shared(name))));
        resolve((made ?? exports) as Record<string, unknown>);
      } catch (error) {
        reject(error);
      }
    };
    const environment = createVirtualEnvironment(window, {
      distortionCallback: (original) => (original === appendChild ? loadInstead : original),
      endowments: Object.getOwnPropertyDescriptors({ define, locationSandbox: window.location }),
      // Grafana's services set members of a data source, which the plugin reads.
      liveTargetCallback: (target) => target instanceof DataSourceApi,
    });
    // A chunk that webpack asks for by a script element would run in the page.
    function loadInstead(this: Node, child: Node): Node {
      if (!(child instanceof HTMLScriptElement)) {
        return appendChild.call(this, child);
      }
      textOf(child.src).then(
        (chunk) => {
          environment.evaluate(chunk);
          child.onload?.(new Event('load'));
        },
        () => child.onerror?.(new Event('error'))
      );
      return child;
    }
    environment.evaluate(code.replace(/window\.location/g, 'window.locationSandbox'));
  });
}

const { appendChild } = Node.prototype;

async function textOf(url: string): Promise<string> {
  const answer = await fetch(url);
  return answer.text();
}

function found(name: string, module: object | undefined): object {
  if (!module) {
    throw new Error(`The page shares no module "${name}"`);
  }
  return module;
}
