// The build of Perspective that carries its wasm inside comes without types; the part the benchmark uses.
declare module '@finos/perspective/dist/esm/perspective.inline.js' {
  interface Table {
    update(rows: string, options: { format: 'json' }): Promise<void>;
    size(): Promise<number>;
    delete(): Promise<void>;
  }
  interface Client {
    table(schema: Record<string, string>, options: { limit: number }): Promise<Table>;
  }
  const perspective: { worker(): Promise<Client> };
  export default perspective;
}
