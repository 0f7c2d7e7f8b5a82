import { type RefObject, useEffect, useRef, useState } from 'react';

/** Width and height of an element in pixels, followed; zero until it is on the page. */
export function useSize<E extends HTMLElement>(): [RefObject<E>, { width: number; height: number }] {
  const element = useRef<E>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry) {
        setSize({ width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) });
      }
    });
    if (element.current) {
      observer.observe(element.current);
    }
    return () => observer.disconnect();
  }, []);
  return [element, size];
}
