/** Replaced by webpack's runtime: the folder from which chunks and assets are loaded. */
declare let __webpack_public_path__: string;

/** The AMD loader's own record of this module; see webpack.config.js. */
declare module 'amd-module' {
  const amdModule: { uri?: string } | undefined;
  export default amdModule;
}

declare namespace NodeJS {
  interface Require {
    /** Webpack's: the id of a module, without making it part of the bundle. */
    resolveWeak(path: string): string;
  }
}
