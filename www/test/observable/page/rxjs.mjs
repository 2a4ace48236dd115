// Real rxjs, as a script of its own so that a test decides what is loaded before it.
import * as rxjs from 'rxjs';

window.rxjs = rxjs;
