import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import * as grafanaData from '@grafana/data';
import * as grafanaI18n from '@grafana/i18n';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaSchema from '@grafana/schema';
import * as grafanaUi from '@grafana/ui';
import * as grafanaUiUnstable from '@grafana/ui/unstable';
import lodash from 'lodash';
// The page shares what a plugin may ask for; that this plugin must not ask for two of them is another matter.
// eslint-disable-next-line no-restricted-imports
import moment from 'moment';
import React from 'react';
import ReactDom from 'react-dom';
import * as reactRouter from 'react-router';
import * as reactRouterDom from 'react-router-dom';
import * as rxjs from 'rxjs';
// eslint-disable-next-line no-restricted-imports
import * as rxjsOperators from 'rxjs/operators';

/**
 * The modules that Grafana hands to every plugin, as far as a data source may ask for them: the plugin gets the very
 * instances that the page itself runs on. `react/jsx-runtime` is missing on purpose: Grafana shares it only since
 * 11.6.11, so a plugin that wants to load on 11.6 must not ask for it.
 */
const sharedModules: Record<string, object> = {
  '@emotion/css': emotionCss,
  '@emotion/react': emotionReact,
  '@grafana/data': grafanaData,
  '@grafana/i18n': grafanaI18n,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/schema': grafanaSchema,
  '@grafana/ui': grafanaUi,
  '@grafana/ui/unstable': grafanaUiUnstable,
  lodash: asAmd(lodash),
  moment: asAmd(moment),
  react: asAmd(React),
  'react-dom': asAmd(ReactDom),
  'react-router': reactRouter,
  'react-router-dom': reactRouterDom,
  rxjs,
  'rxjs/operators': rxjsOperators,
};

/** SystemJS hands a module so marked to AMD code as its default export, which is how CommonJS packages look there. */
function asAmd(module: object): object {
  return { ...module, default: module, __useDefault: true };
}

interface SystemLoader {
  set(id: string, module: object): object;
  addImportMap(map: { imports: Record<string, string> }): void;
  import(id: string): Promise<Record<string, unknown>>;
}

/** SystemJS as loaded by the page's script tag. */
export function systemLoader(): SystemLoader {
  return (window as unknown as { System: SystemLoader }).System;
}

/** From here on SystemJS fetches a module's text and evaluates it, instead of adding a script element to the page. */
export function fetchScripts(): void {
  const { prototype } = systemLoader().constructor as unknown as { prototype: { shouldFetch(url: string): boolean } };
  prototype.shouldFetch = () => true;
}

export function shareModules(): void {
  const system = systemLoader();
  const imports: Record<string, string> = {};
  for (const [name, module] of Object.entries(sharedModules)) {
    imports[name] = `app:${name}`;
    system.set(imports[name], module);
  }
  system.addImportMap({ imports });
}

/** One of these modules, as AMD code is given it. */
export function sharedModule(name: string): object | undefined {
  const module = sharedModules[name] as { __useDefault?: boolean; default?: object } | undefined;
  return module?.__useDefault ? module.default : module;
}
