// Jest setup provided by Grafana scaffolding
import './.config/jest-setup';

// jsdom lays nothing out. Grafana's Combobox measures text for its width, and draws only the options that would be
// within its height: without sizes it fails, or shows an empty list.
HTMLCanvasElement.prototype.getContext = () => ({ measureText: (text) => ({ width: text.length * 8 }) });
Object.defineProperties(Element.prototype, {
  clientWidth: { configurable: true, value: 800 },
  clientHeight: { configurable: true, value: 6000 },
});
global.IntersectionObserver = class {
  observe() {}
  disconnect() {}
};
