import { renderHook, waitFor } from '@testing-library/react';

import { useUrlWarning } from './useUrlWarning';

const WARNING = 'Chrome 147 and later allow that within the local network, other browsers do not.';

function warn(url: string, protocol: string) {
  const ask = jest.fn(async () => ({ errors: [], params: [], warning: WARNING }));
  const engine = { ask } as never;
  const { result, rerender } = renderHook(({ at }) => useUrlWarning(at, { transport: 'sse' }, engine, { protocol }), {
    initialProps: { at: url },
  });
  return { ask, result, change: (at: string) => rerender({ at }) };
}

it('is what the engine says of an address without encryption on a https page', async () => {
  const { ask, result, change } = warn('http://192.168.1.5', 'https:');
  await waitFor(() => expect(result.current).toBe(WARNING));
  expect(ask).toHaveBeenCalledWith('describe', { transport: 'sse' }, 'http://192.168.1.5');
  change('https://192.168.1.5');
  expect(result.current).toBeUndefined();
  expect(ask).toHaveBeenCalledTimes(1);
});

it('is not asked for on a http page', () => {
  const { ask, result } = warn('ws://192.168.1.5', 'http:');
  expect(result.current).toBeUndefined();
  expect(ask).not.toHaveBeenCalled();
});
