import { startPage } from './page';

startPage(document, window.location.search);
