import '@mantine/core/styles.css';
import './app/tokens.css';
import './app/frame.css';
import './app/top.css';
import './app/jobs.css';
import './app/palette.css';
import './app/entry.css';
import './ui/pieces.css';
import './ui/page.css';
import './ui/list/list.css';
import './ui/floats.css';
import './app/enlarged.css';
import './app/forced-colors.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { startLanguage } from './i18n';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
await startLanguage();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
