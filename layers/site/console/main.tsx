import '../shared/base.css';
import './tokens.css';
import './console.css';
import './detail.css';
import { render } from 'preact';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root) render(<App />, root);
