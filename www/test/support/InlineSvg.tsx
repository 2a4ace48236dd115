import React, { type Ref, type SVGProps } from 'react';

interface InlineSvgProps extends Omit<SVGProps<SVGSVGElement>, 'ref' | 'onError' | 'onLoad'> {
  src: string;
  title?: string;
  innerRef?: Ref<SVGSVGElement>;
  cacheRequests?: boolean;
  loader?: unknown;
}

/** Stands for react-inlinesvg, which fetches icons over HTTP: the same element, empty, and without waiting. */
export default function InlineSvg({ src, title, innerRef, cacheRequests, loader, ...rest }: InlineSvgProps) {
  return (
    <svg {...rest} ref={innerRef} data-src={src}>
      {title && <title>{title}</title>}
    </svg>
  );
}
