import '../shared/base.css';
import './style/tokens.css';
import './style/frame.css';
import './style/controls.css';
import './style/lists.css';
import './style/verdict.css';
import './style/pictures.css';
import './style/record.css';
import './style/desk.css';
import './style/settings.css';
import './style/narrow.css';
import { render } from 'preact';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root) render(<App />, root);
