import { Component, type ReactNode } from 'react';
import { ErrorState } from '../components/empty-state';

interface ErrorBoundaryProps {
  /** When it changes, the part is tried anew: another screen is not to blame. */
  resetKey: string;
  children: ReactNode;
}

interface ErrorBoundaryState {
  error: Error | null;
  resetKey: string;
}

/** Keeps a fault in one screen from taking the frame with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown): Partial<ErrorBoundaryState> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps(
    props: ErrorBoundaryProps,
    state: ErrorBoundaryState,
  ): Partial<ErrorBoundaryState> | null {
    return props.resetKey === state.resetKey ? null : { error: null, resetKey: props.resetKey };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <ErrorState
        title="This screen has a fault."
        advice="Nothing you did is lost. Try again, or go to another screen."
        error={error}
        onRetry={() => this.setState({ error: null })}
      />
    );
  }
}
