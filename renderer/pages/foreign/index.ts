export { ForeignPage } from './ForeignPage';
