export { BatchesTab } from './batches/BatchesTab';
export { CardsPage } from './list/CardsPage';
export { StockPage } from './stock/StockPage';
