import { LoadingPlaceholder } from '@grafana/ui';
import React, { type ComponentType, lazy, Suspense } from 'react';

/** An editor that is fetched when it is first shown, so that dashboards do not load editors to draw panels. */
export function lazyEditor<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  // React's types of a lazy component cannot see through generic props.
  const Editor = lazy(async () => ({ default: await load() })) as unknown as ComponentType<Props>;
  return function LazyEditor(props: Props) {
    return (
      <Suspense fallback={<LoadingPlaceholder text="Loading…" />}>
        <Editor {...props} />
      </Suspense>
    );
  };
}
