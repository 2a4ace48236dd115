import { render, screen } from '@testing-library/react';
import React from 'react';

import { lazily } from './lazily';

it('shows what is loaded, with its properties, and loads it once', async () => {
  const Hello = ({ name }: { name: string }) => <p>Hello {name}</p>;
  const load = jest.fn(async () => Hello);
  const Lazy = lazily(load);
  expect(load).not.toHaveBeenCalled();
  render(
    <>
      <Lazy name="A" />
      <Lazy name="B" />
    </>
  );
  expect(screen.getAllByText('Loading editor')).toHaveLength(2);
  expect(await screen.findByText('Hello A')).toBeInTheDocument();
  expect(screen.getByText('Hello B')).toBeInTheDocument();
  expect(load).toHaveBeenCalledTimes(1);
});

it('says that it could not be loaded, and leaves the rest as it is', async () => {
  const Lazy = lazily<object>(() => Promise.reject(new Error('Loading chunk 448 failed.')));
  render(
    <>
      <p>The rest</p>
      <Lazy />
    </>
  );
  expect(await screen.findByText(/could not be loaded\. Save your work and reload the page/)).toBeInTheDocument();
  expect(screen.getByText('Loading chunk 448 failed.')).toBeInTheDocument();
  expect(screen.getByText('The rest')).toBeInTheDocument();
});
