import { locationService } from '@grafana/runtime';
import { useLocation } from 'react-router-dom-v5-compat';

// The whole state of the page stands in its address, as in Grafana; these options outlive a change of dashboard.
const lasting = ['theme', 'feed'];

/** The dashboard that is made for the data source in the address. */
export const NEW_DASHBOARD = 'new';

/** The options in the address bar, followed as they change. */
export function useAddress(): URLSearchParams {
  return new URLSearchParams(useLocation().search);
}

function lastingOptions(): URLSearchParams {
  const current = locationService.getSearch();
  return new URLSearchParams(lasting.flatMap((name) => (current.has(name) ? [[name, current.get(name) ?? '']] : [])));
}

function hrefOf(options: Record<string, string>): string {
  const search = lastingOptions();
  Object.entries(options).forEach(([name, value]) => search.set(name, value));
  return `?${search}`;
}

export const dashboardHref = (uid: string) => hrefOf({ dashboard: uid });
/** The settings of a data source; those of the demo feed without a uid. */
export const dataSourceHref = (uid?: string) => hrefOf({ page: 'datasource', ...(uid !== undefined && { uid }) });
/** The editor of the only panel of a new dashboard, which reads a data source with an empty query. */
export const newDashboardHref = (uid: string) => hrefOf({ dashboard: NEW_DASHBOARD, uid, editPanel: 'panel-1' });

export function go(href: string): void {
  locationService.push({ pathname: locationService.getLocation().pathname, search: href });
}

/** Another theme needs another page: @grafana/runtime reads it once. */
export function switchTheme(theme: 'dark' | 'light'): void {
  const search = locationService.getSearch();
  search.set('theme', theme);
  window.location.search = search.toString();
}
