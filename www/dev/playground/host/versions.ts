// What is not the same in all versions of Grafana's packages that this page is made of.
import * as ui from '@grafana/ui';
import * as unstable from '@grafana/ui/unstable';

const later: Partial<Pick<typeof unstable, 'TableNG'>> = unstable;

/** Grafana's table panel; 11.6 has its predecessor alone, which takes the same properties and more. */
export const TableNG = later.TableNG ?? (ui.Table as unknown as typeof unstable.TableNG);
