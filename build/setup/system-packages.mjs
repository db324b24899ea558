// @ts-check
/**
 * What the machine itself needs: the two servers, a virtual display, the window's libraries, a font with Chinese
 * characters; for tests also shells for completion, strace to watch connections, git for the
 * packages, and SSH's agent and key generator.
 */
import { Notice } from '../lib/progress.mjs';
import { attempt, which } from '../lib/run.mjs';
import { aptInstall, hasApt, installed } from './apt.mjs';

/** The `-core` packages and redis-tools have the programs without a service that would start automatically. */
const servers = [['mariadb-server-core'], ['mariadb-client-core'], ['redis-tools']];
const display = [['xvfb'], ['xauth'], ['unzip'], ['fonts-noto-cjk']];
const forTests = [['zsh'], ['fish'], ['strace'], ['git'], ['openssh-client']];
const libraries = [
  ['libnss3'],
  ['libgtk-3-0', 'libgtk-3-0t64'],
  ['libgbm1'],
  ['libasound2', 'libasound2t64'],
  ['libatk-bridge2.0-0', 'libatk-bridge2.0-0t64'],
  ['libcups2', 'libcups2t64'],
  ['libxss1'],
  ['libdrm2'],
];

/** @returns {Promise<string | void>} */
export async function installSystemPackages() {
  if (process.platform !== 'linux' || !hasApt()) return withoutApt();
  const wanted = [...servers, ...display, ...libraries, ...forTests];
  const present = await installed(wanted.flat());
  const missing = wanted.filter((names) => !names.some((name) => present.has(name)));
  if (missing.length === 0) return;
  await aptInstall(missing);
  return `${missing.length} packages installed`;
}

/** The names of the same things on other systems. */
const elsewhere = /** @type {const} */ ([
  ['brew', 'brew install mariadb redis'],
  [
    'dnf',
    'sudo dnf install mariadb-server redis xorg-x11-server-Xvfb xorg-x11-xauth unzip nss gtk3 mesa-libgbm alsa-lib at-spi2-atk cups-libs libXScrnSaver libdrm google-noto-sans-cjk-fonts',
  ],
  [
    'pacman',
    'sudo pacman -S mariadb redis xorg-server-xvfb xorg-xauth unzip nss gtk3 mesa alsa-lib at-spi2-core libcups libxss libdrm noto-fonts-cjk',
  ],
  [
    'apk',
    'sudo apk add mariadb mariadb-client redis xvfb xauth unzip nss gtk+3.0 mesa-gbm alsa-lib at-spi2-core cups-libs libxscrnsaver libdrm font-noto-cjk',
  ],
  [
    'zypper',
    'sudo zypper install mariadb redis xorg-x11-server-Xvfb xauth unzip mozilla-nss gtk3-tools libgbm1 libasound2 at-spi2-core libcups2 libXss1 libdrm2 google-noto-sans-cjk-fonts',
  ],
]);

/** @returns {Promise<boolean>} whether Docker with its compose plugin answers here */
export async function hasCompose() {
  if (!which('docker')) return false;
  const { code } = await attempt('docker', ['compose', 'ls'], { timeoutMs: 10_000 }).catch(() => ({ code: 1 }));
  return code === 0;
}

/** @returns {Promise<string | void>} */
async function withoutApt() {
  const missing = ['mariadbd', 'redis-server'].filter((name) => !which(name));
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY && !which('Xvfb'))
    missing.push('Xvfb');
  if (missing.length === 0) return;
  const hint = elsewhere.find(([tool]) => which(tool))?.[1];
  const advice = hint
    ? `Install them with\n      ${hint}`
    : 'Install MariaDB and Redis (and, on Linux without a display, Xvfb).';
  const message = `${missing.join(', ')}: not found, and this machine has no apt. ${advice}`;
  if (!missing.includes('Xvfb') && (await hasCompose()))
    throw new Notice(`${message}\n      Docker Compose is here and is used in their place (compose.yaml).`);
  throw new Error(message);
}
