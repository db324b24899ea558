/** The styles of the window, in their order: main.tsx and the gallery import this file. */
import '@mantine/core/styles.css';
import './tokens.css';
import './frame.css';
import './top.css';
import './jobs.css';
import './palette.css';
import './entry.css';
import '../ui/pieces.css';
import '../ui/page.css';
import '../ui/list/list.css';
import '../ui/floats.css';
import './enlarged.css';
import './forced-colors.css';
