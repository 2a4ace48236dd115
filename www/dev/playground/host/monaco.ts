// Where Monaco, which @grafana/ui's CodeEditor loads, finds its workers; Grafana says so too before it starts.

const workers = {
  getWorker: (_moduleId: string, label: string) =>
    new Worker(new URL(`workers/${label === 'json' ? 'json' : 'editor'}.js`, document.baseURI)),
};

Object.assign(window, { MonacoEnvironment: workers });

export {};
