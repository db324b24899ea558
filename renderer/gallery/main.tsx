/** The gallery of ui/, which `npm run dev` serves. It is no part of the app: only `index.html` is built into that. */
import '../app/styles';
import './gallery.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { setLanguage, startLanguage } from '../i18n';
import { Themed } from '../app/Themed';
import { answerCalls } from './answers';
import { Alone, Gallery } from './Gallery';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
const asked = new URLSearchParams(location.search);
const language = asked.get('language');
const only = asked.get('only');
answerCalls();
await startLanguage();
if (language === 'zh-CN' || language === 'en') await setLanguage(language);
createRoot(root).render(
  <StrictMode>
    <Themed>{only === null ? <Gallery /> : <Alone id={only} />}</Themed>
  </StrictMode>,
);
