import type { DiagnosisReport, Source } from '../engine/types';
import { checkHealth, type Diagnose } from '.';

// What a connection is found to be, and in which words, is the engine's: src/doctor/tests.

const URL_ = 'ws://feeds.example.org:9190/a';

function source(part: Partial<Source> = {}): Source {
  return { uid: 'u', name: 'Feed', url: URL_, settings: {}, ...part };
}

const REPORT: DiagnosisReport = {
  done: true,
  status: 'warning',
  message: `Connected to ${URL_} in 5 ms. No message arrived within 4 s.`,
  steps: [],
  text: '1. Settings and URL: ok.',
};

const diagnose = jest.fn<ReturnType<Diagnose>, Parameters<Diagnose>>();

beforeEach(() => diagnose.mockReset().mockResolvedValue(REPORT));

it('refuses a URL that is none, before anything is tried', async () => {
  expect(await checkHealth(diagnose, source({ url: 'feeds' }), 'direct')).toEqual({
    status: 'error',
    message:
      '"feeds" is not a URL. It begins with one of ws://, wss://, http://, https:// and names a host, ' +
      'for example wss://feeds.example.org/stream.',
  });
  expect(diagnose).not.toHaveBeenCalled();
});

it('shows what the engine found, with the steps as details', async () => {
  expect(await checkHealth(diagnose, source(), 'direct')).toEqual({
    status: 'warning',
    message: REPORT.message,
    details: { verboseMessage: '1. Settings and URL: ok.' },
  });
  expect(diagnose).toHaveBeenCalledWith(source(), undefined, 4000);
});

it('tests what stands behind the proxy by the address of the proxy', async () => {
  const proxied = source({ url: '/api/datasources/proxy/uid/u' });
  expect((await checkHealth(diagnose, proxied, 'proxy')).status).toBe('warning');
  expect(diagnose).toHaveBeenCalledWith(proxied, undefined, 4000);
});

it('shows that the engine could not be loaded', async () => {
  diagnose.mockRejectedValue(new Error("Freshet's engine could not be loaded: blocked."));
  expect(await checkHealth(diagnose, source(), 'direct')).toEqual({
    status: 'error',
    message: "Freshet's engine could not be loaded: blocked.",
  });
});
