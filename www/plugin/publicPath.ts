// Evaluated first in module.ts: from here on webpack's runtime finds the files beside module.js.
// Grafana's loader knows where it fetched the module from, under a sub-path and on a CDN alike; the build cannot know.
import amdModule from 'amd-module';

const FALLBACK = 'public/plugins/freshet-websocket-datasource/';

const address = amdModule?.uri ?? '';
// The version that Grafana adds as `?_cache=` may itself hold a slash, so it goes before the folder is cut out.
const file = address.split(/[?#]/, 1)[0];
__webpack_public_path__ = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : FALLBACK;
