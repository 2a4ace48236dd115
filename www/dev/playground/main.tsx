import './host/bootData';
import './host/monaco';
import './page.css';
import { Alert } from '@grafana/ui';
import React from 'react';
import { createRoot } from 'react-dom/client';
import { App, Surroundings } from './chrome/App';
import { PlaygroundProvider } from './chrome/Playground';
import { startHost } from './host/start';

const container = document.getElementById('root');
if (!container) {
  throw new Error('the page has no #root');
}
const root = createRoot(container);

startHost()
  .then((host) =>
    root.render(
      <PlaygroundProvider value={host}>
        <App />
      </PlaygroundProvider>
    )
  )
  .catch((error: Error) => {
    reportError(error);
    root.render(
      <Surroundings>
        <Alert severity="error" title="The plugin could not be loaded">
          {error.message}
        </Alert>
      </Surroundings>
    );
  });
