import type { ReactNode } from 'react';
import { explainError } from '../lib/errors';
import classes from './empty-state.module.css';

interface EmptyStateProps {
  /** What is not there: `No corrections yet`. */
  title: string;
  /** Why, and what to do next. */
  children?: ReactNode;
  /** The buttons that do it. */
  actions?: ReactNode;
  icon?: ReactNode;
}

/** In place of a list with nothing in it. Always says what to do next. */
export function EmptyState({ title, children, actions, icon }: EmptyStateProps): ReactNode {
  return (
    <div className={classes.empty}>
      {icon !== undefined && <div className={classes.icon}>{icon}</div>}
      <div className={classes.title}>{title}</div>
      {children !== undefined && <div className={classes.text}>{children}</div>}
      {actions !== undefined && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}

interface ErrorStateProps {
  error: unknown;
  onRetry?: () => void;
  /** Said instead of what the error says, where it comes from this program and not from the engine. */
  title?: string;
  advice?: string;
}

/** In place of what could not be fetched: what went wrong, what to do, and a way to try again. */
export function ErrorState({ error, onRetry, title, advice }: ErrorStateProps): ReactNode {
  const explanation = explainError(error);
  return (
    <div className={classes.empty} role="alert">
      <div className={classes.title}>{title ?? explanation.title}</div>
      {explanation.detail !== '' && <div className={classes.detail}>{explanation.detail}</div>}
      <div className={classes.text}>{advice ?? explanation.advice}</div>
      {onRetry !== undefined && (
        <div className={classes.actions}>
          <button type="button" className={classes.retry} onClick={onRetry}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}
