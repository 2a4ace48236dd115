// es-observable-tests. Its report is HTML, which is read back here.
import { runTests } from 'es-observable-tests';

/**
 * Runs the suite against a class.
 * @returns {Promise<Array<{ name: string, pass: boolean }>>} each check under "group > test > check"
 */
window.runSuite = async (Observable) => {
  const report = document.body.appendChild(document.createElement('div'));
  report.id = 'moon-unit'; // where the suite writes
  await runTests(Observable);
  report.remove();
  return read(report.children);
};

function read(elements) {
  const checks = [];
  const seen = new Map();
  let group = '';
  let test = '';
  const add = (text, pass) => {
    const name = `${group} > ${test} > ${text}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    checks.push({ name: count > 1 ? `${name} (${count})` : name, pass });
  };
  for (const element of elements) {
    const text = element.textContent.trim();
    if (element.tagName === 'H2') {
      group = text;
    } else if (element.tagName === 'H3') {
      test = text;
    } else if (element.tagName === 'DIV') {
      add(text.replace(/\s*\[(OK|FAIL)\]$/, ''), element.className === 'pass');
    } else if (element.className === 'error') {
      add('runs to its end', false);
    }
  }
  return checks;
}
