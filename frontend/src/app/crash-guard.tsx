import { Component, type ReactNode } from 'react';
import { CrashPage } from './crash-page';

/** Catches our own faults while drawing (also a page's code that a new release has removed) and offers the way out. */
export class CrashGuard extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override render() {
    return this.state.crashed ? <CrashPage /> : this.props.children;
  }
}
