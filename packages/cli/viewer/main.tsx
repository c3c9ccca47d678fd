import { render } from 'preact';
import { api } from './api.ts';
import { App } from './app.tsx';

const about = await api.about();
render(<App first={about} />, document.body);
