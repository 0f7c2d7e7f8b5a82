import { themeMode } from './boot.ts';

import { createTheme, ThemeContext } from '@grafana/data';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import { createRoot } from 'react-dom/client';

import { App } from './App.tsx';
import { installServices } from './services/install.ts';

const theme = createTheme({ colors: { mode: themeMode } });

function Page() {
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <App />
      <PortalContainer />
    </ThemeContext.Provider>
  );
}

await installServices();
createRoot(document.getElementById('root')!).render(<Page />);
