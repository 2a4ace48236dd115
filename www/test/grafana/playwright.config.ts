// Specs for a real Grafana, for those who have Docker: `npm run grafana:e2e` starts the newest one with its feed server,
// GRAFANA_PROFILE=11.6 or 12 the others of docker-compose.yaml. With GRAFANA_URL they run against a Grafana that is there,
// which has to have what provisioning/ holds. A browser: `npx playwright install chromium`, once.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';
import { parse } from 'yaml';

const ROOT = path.join(__dirname, '../../..');
const profile = process.env.GRAFANA_PROFILE ?? 'newest';
const given = process.env.GRAFANA_URL;
const baseURL = given ?? `http://localhost:${portOf(profile)}`;
const output = path.join(ROOT, 'target/grafana');
// Where the login of @grafana/plugin-e2e leaves what it got.
const session = path.join(process.cwd(), 'playwright/.auth/admin.json');

export default defineConfig<PluginOptions>({
  testDir: __dirname,
  testMatch: '*.spec.ts',
  outputDir: output,
  forbidOnly: process.env.CI !== undefined,
  retries: process.env.CI === undefined ? 0 : 2,
  reporter: 'list',
  use: { baseURL, provisioningRootDir: path.join(ROOT, 'provisioning'), trace: 'retain-on-failure' },
  projects: [
    {
      name: 'login',
      testDir: path.join(path.dirname(require.resolve('@grafana/plugin-e2e')), 'auth'),
      testMatch: /.*\.js/,
    },
    {
      name: 'chromium',
      use: { ...devices['Desktop Chrome'], storageState: session },
      dependencies: ['login'],
    },
  ],
  ...(given === undefined && {
    webServer: {
      command: `docker compose --profile ${profile} up`,
      cwd: ROOT,
      url: `${baseURL}/api/health`,
      reuseExistingServer: true,
      // The images have to be fetched the first time.
      timeout: 600_000,
      gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
    },
  }),
});

/** The port at which a profile's Grafana is. */
function portOf(name: string): string {
  const { services } = parse(readFileSync(path.join(ROOT, 'docker-compose.yaml'), 'utf8'), { merge: true }) as {
    services: Record<string, { image: string; profiles: string[]; ports: string[] }>;
  };
  const grafanas = Object.values(services).filter(({ image }) => image.startsWith('grafana/'));
  const grafana = grafanas.find(({ profiles }) => profiles.includes(name));
  if (!grafana) {
    const known = grafanas.flatMap(({ profiles }) => profiles).join(', ');
    throw new Error(`GRAFANA_PROFILE is "${name}". The profiles of docker-compose.yaml are ${known}.`);
  }
  return grafana.ports[0].split(':')[0];
}
