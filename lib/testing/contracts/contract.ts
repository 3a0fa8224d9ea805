export interface ContractCase {
  readonly title: string;
  run(): Promise<void>;
}
