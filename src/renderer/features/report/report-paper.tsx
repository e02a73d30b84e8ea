/** The report as it will be written, from the same document; references lead to the evidence, places to the session. */
import { Fragment, type ReactNode } from 'react';
import type {
  Evidence,
  ReportBlock,
  ReportCell,
  ReportDocument,
  ReportFigure,
  ReportPlace,
} from '../../../shared/model/report';
import { figureBar, figureWords, placeWords } from '../../../shared/report/figure-words';
import { SafeText } from '../../components/safe-text';
import { formatDateTime, formatPlural } from '../../lib/format';
import { formatHash } from '../../lib/navigation';
import { TrendFigure } from './trend-figure';
import classes from './report-paper.module.css';

export function ReportPaper({ document: report }: { document: ReportDocument }): ReactNode {
  const { title, workspace, madeAt, program, facts, isRedacted, sections, evidence } = report;
  return (
    <article className={classes.paper} aria-label="The report">
      <header>
        <p className={classes.over}>Failure report</p>
        <h2 className={classes.title}>
          <SafeText text={title} />
        </h2>
        <dl className={classes.facts}>
          <dt>Investigation</dt>
          <dd>
            <SafeText text={workspace} />
          </dd>
          <dt>Based on</dt>
          <dd>
            <SafeText text={facts.join('; ')} />
          </dd>
          <dt>Made</dt>
          <dd>
            {formatDateTime(madeAt)} by {program}
          </dd>
          <dt>Masked</dt>
          <dd>
            {isRedacted
              ? 'People, accounts, keys and places, equal values by equal pseudonyms. Finding nothing more is no proof that nothing is there.'
              : 'Nothing: texts of users stand here as they were written.'}
          </dd>
        </dl>
      </header>
      {sections.map((section, i) => (
        <section key={section.part} className={classes.section} aria-label={section.title}>
          <h3 className={classes.heading}>
            <span className={classes.number}>{i + 1}</span>
            {section.title}
          </h3>
          {section.blocks.map((block, at) => (
            <Block key={at} block={block} />
          ))}
        </section>
      ))}
      {evidence.length > 0 && (
        <section className={classes.section} aria-label="Evidence">
          <h3 className={classes.heading}>
            <span className={classes.number}>{sections.length + 1}</span>Evidence
          </h3>
          {evidence.map((one) => (
            <EvidenceItem key={one.id} evidence={one} />
          ))}
        </section>
      )}
    </article>
  );
}

function Block({ block }: { block: ReportBlock }): ReactNode {
  switch (block.type) {
    case 'paragraph':
      return (
        <p>
          <SafeText text={block.text} />
        </p>
      );
    case 'heading':
      return (
        <h4>
          <SafeText text={block.text} />
        </h4>
      );
    case 'list':
      return (
        <ul>
          {block.items.map((item, i) => (
            <li key={i}>
              <SafeText text={item} />
            </li>
          ))}
        </ul>
      );
    case 'figures':
      return (
        <div className={classes.tiles}>
          {block.items.map(({ label, figure, note }, i) => (
            <div key={i} className={classes.tile}>
              <div className={classes.label}>
                <SafeText text={label} />
              </div>
              <div className={classes.big}>{figureWords(figure).value}</div>
              <Fine figure={figure} />
              <Reference id={figure.evidence} />
              <div className={classes.note}>
                <SafeText text={note} />
              </div>
            </div>
          ))}
        </div>
      );
    case 'table':
      return <Table block={block} />;
    case 'trend':
      return <TrendFigure block={block} reference={<Reference id={block.evidence} />} />;
    case 'examples':
      return (
        <>
          <h4>
            Examples: <SafeText text={block.title} />
          </h4>
          {block.items.map(({ speeches, place }, i) => (
            <div key={i} className={classes.example}>
              {speeches.map(({ who, text }, at) => (
                <div key={at} className={who === 'User' ? classes.userSpeech : classes.speech}>
                  <span className={classes.who}>{who}</span>
                  <span className={classes.said}>
                    <SafeText text={text} />
                  </span>
                </div>
              ))}
              <Place place={place} />
            </div>
          ))}
        </>
      );
  }
}

function Fine({ figure }: { figure: ReportFigure }): ReactNode {
  const { interval, n } = figureWords(figure);
  return <span className={classes.fine}>{[interval, n].filter((one) => one !== '').join(' · ')}</span>;
}

/** Opens the evidence and goes to it; an address would leave the screen. */
function Reference({ id }: { id: string }): ReactNode {
  return (
    <button
      type="button"
      className={classes.reference}
      title={`What ${id} was counted from`}
      aria-label={`Evidence ${id}`}
      onClick={() => {
        const target = document.getElementById(`evidence-${id}`);
        if (target instanceof HTMLDetailsElement) target.open = true;
        target?.scrollIntoView({ block: 'center' });
        target?.querySelector('summary')?.focus();
      }}
    >
      {id}
    </button>
  );
}

function Table({ block }: { block: Extract<ReportBlock, { type: 'table' }> }): ReactNode {
  return (
    <>
      <h4>
        <SafeText text={block.title} />
      </h4>
      <table className={classes.table} aria-label={block.title}>
        <thead>
          <tr>
            {block.columns.map((column, i) => (
              <th key={i} scope="col" className={column.isNumber ? classes.right : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, i) => (
                <td key={i} className={block.columns[i]?.isNumber === true ? classes.right : undefined}>
                  <Cell cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {block.note !== '' && (
        <p className={classes.note}>
          <SafeText text={block.note} />
        </p>
      )}
    </>
  );
}

function Cell({ cell }: { cell: ReportCell }): ReactNode {
  if ('text' in cell) return <SafeText text={cell.text} />;
  if ('place' in cell) return <Place place={cell.place} />;
  const { figure } = cell;
  const bar = figureBar(figure);
  return (
    <>
      {figureWords(figure).value}
      <Reference id={figure.evidence} />
      {bar !== null && (
        <svg className={classes.bar} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden>
          <rect width={100} height={6} className={classes.barBack} />
          <rect width={100 * bar.value} height={6} className={classes.barFill} />
          <line x1={100 * bar.low} x2={100 * bar.high} y1={3} y2={3} className={classes.whisker} />
        </svg>
      )}
      <Fine figure={figure} />
    </>
  );
}

function Place({ place }: { place: ReportPlace }): ReactNode {
  const { file, where } = placeWords(place);
  return (
    <div className={classes.place}>
      {file !== '' && (
        <b>
          <SafeText text={file} />
        </b>
      )}{' '}
      <PlaceLink place={place}>
        <SafeText text={where} />
      </PlaceLink>
    </div>
  );
}

function PlaceLink({ place, children }: { place: ReportPlace; children: ReactNode }): ReactNode {
  const span = place.spanId === null ? {} : { spanId: place.spanId };
  return <a href={formatHash({ screen: 'session', sessionId: place.sessionId, ...span })}>{children}</a>;
}

function EvidenceItem({ evidence }: { evidence: Evidence }): ReactNode {
  const { id, title, sql, rows, sessions, places } = evidence;
  return (
    <details className={classes.evidence} id={`evidence-${id}`}>
      <summary>
        <span className={classes.id}>{id}</span> <SafeText text={title} />{' '}
        <span className={classes.fine}>
          {formatPlural(rows, 'row')} in {formatPlural(sessions, 'session')}
        </span>
      </summary>
      <pre className={classes.sql}>
        <SafeText text={sql} />
      </pre>
      <a className={classes.ask} href={formatHash({ screen: 'sql', query: sql })}>
        Ask it in the SQL console
      </a>
      <ol className={classes.places}>
        {places.map((place, i) => (
          <li key={i}>
            <Place place={place} />
          </li>
        ))}
      </ol>
      {rows > places.length && <Fragment>and {formatPlural(rows - places.length, 'more', 'more')}</Fragment>}
    </details>
  );
}
