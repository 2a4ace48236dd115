// What may be checked in. Products of builds and profilers once made up most of the repository.

/** Everything at the top level. Add to it what has no place further down. */
const TOP_LEVEL = new Set([
  '.cargo',
  '.ci',
  '.github',
  '.gitignore',
  '.npmrc',
  '.prettierignore',
  '.prettierrc.js',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'Cargo.lock',
  'Cargo.toml',
  'DESIGN.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'benches',
  'clippy.toml',
  'deny.toml',
  'docker-compose.yaml',
  'docs',
  'eslint.config.mjs',
  'fuzz',
  'jest.config.js',
  'package-lock.json',
  'package.json',
  'plugin.json',
  'proptest-regressions',
  'provisioning',
  'recordings',
  'rust-toolchain.toml',
  'scripts',
  'src',
  'tests',
  'tsconfig.json',
  'webpack.config.js',
  'www',
]);

// What a tool writes in bulk by mistake comes in hundreds.
const MOST_FILES = 1399;
const MOST_BYTES = 512 * 1024;
const MAY_BE_LARGE = /(\.(png|jpe?g|svg)|\bCargo\.lock|\bpackage-lock\.json)$/;

/**
 * What is wrong with what is checked in.
 * @param {Array<{ path: string, bytes: number }>} files
 * @returns {string[]} a sentence for each fault
 */
export function faultsIn(files) {
  const strangers = [...new Set(files.map(({ path }) => path.split('/')[0]))].filter((entry) => !TOP_LEVEL.has(entry));
  const large = files.filter(({ path, bytes }) => bytes > MOST_BYTES && !MAY_BE_LARGE.test(path));
  const many = files.length > MOST_FILES ? [`There are ${files.length} files, and there may be ${MOST_FILES}.`] : [];
  return [
    ...strangers.map((entry) => `${entry} is not on the list of top-level entries in scripts/tree.mjs.`),
    ...large.map(
      ({ path, bytes }) => `${path} has ${bytes} bytes; only pictures and lock files may exceed ${MOST_BYTES}.`
    ),
    ...many,
  ];
}
