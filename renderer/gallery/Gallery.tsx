import { type ReactElement, useEffect, useReducer, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EntryTools } from '../ui/EntryTools';
import { both, type Example } from './example';
import { sections } from './sections';
import './shown';
import { Stage } from './Stage';

interface Named {
  readonly id: string;
  readonly section: string;
  readonly name: string;
  readonly example: Example;
}

const named = (): readonly Named[] =>
  sections().flatMap(({ title, examples }) =>
    Object.entries(examples).map(([name, example]) => ({
      id: `${title} · ${name}`,
      section: title,
      name,
      example: typeof example === 'function' ? { show: example } : example,
    })),
  );

/** All components of ui/ in their states. */
export function Gallery(): ReactElement {
  const { i18n } = useTranslation();
  const examples = named();
  const titles = [...new Set(examples.map(({ section }) => section))];
  return (
    <div className="gallery">
      <header className="gallery-head">
        <h1>ui/</h1>
        <nav aria-label={both('组件', 'Components')}>
          {titles.map((title) => (
            <a key={title} href={`#${title}`}>
              {title}
            </a>
          ))}
        </nav>
        <EntryTools />
      </header>
      <Missing />
      {titles.map((title) => (
        <section key={`${title} ${i18n.language}`} id={title} data-section={title} aria-label={title}>
          <h2>{title}</h2>
          {examples
            .filter(({ section }) => section === title)
            .map(({ id, name, example }) => (
              <figure key={id} data-example={id}>
                <figcaption>{name}</figcaption>
                {example.frame === undefined ? (
                  <div className="gallery-stage">
                    <Stage example={example} />
                  </div>
                ) : (
                  // oxlint-disable-next-line react/iframe-missing-sandbox -- it is this page again, and part of it
                  <iframe title={id} src={`?only=${encodeURIComponent(id)}`} style={{ height: example.frame }} />
                )}
              </figure>
            ))}
        </section>
      ))}
    </div>
  );
}

/** Names the components that no example shows: the test fails while there are any. */
function Missing(): ReactElement | null {
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    const timer = setInterval(() => setNames(window.gallery?.missing() ?? []), 3_000);
    return () => clearInterval(timer);
  }, []);
  if (names.length === 0) return null;
  return (
    <p className="md-bad">
      {both('还没有示例：', 'Without an example: ')}
      {names.join(', ')}
    </p>
  );
}

/** One example in a window of its own. */
export function Alone({ id }: { readonly id: string }): ReactElement {
  const found = named().find((one) => one.id === id);
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    // Another page has switched the language.
    const reload = (event: StorageEvent) => (event.key === 'moondesk.language' ? location.reload() : again());
    window.addEventListener('storage', reload);
    return () => window.removeEventListener('storage', reload);
  }, []);
  return (
    <main className="gallery-alone" data-example={id}>
      {found === undefined ? null : <Stage example={found.example} />}
    </main>
  );
}
