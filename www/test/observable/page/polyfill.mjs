// What polyfills of Symbol.observable do.
if (!Symbol.observable) {
  Object.defineProperty(Symbol, 'observable', { value: Symbol('observable') });
}
