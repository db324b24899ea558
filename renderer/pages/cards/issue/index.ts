export { IssueDialog } from './IssueDialog';
