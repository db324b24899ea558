import { type ReactElement, useState } from 'react';
import { DayField } from '../../ui/DayField';
import { DayRange } from '../../ui/DayRange';
import { DensityField } from '../../ui/DensityField';
import { MomentField, Segmented, SelectField, TextField } from '../../ui/fields';
import { NoteField } from '../../ui/change/NoteField';
import { AnyOf, OneOf } from '../../ui/list/Choices';
import { SearchField } from '../../ui/list/SearchField';
import { both, long, nothing, type Section } from '../example';

const choices = () => [
  { value: 'month', label: both('月卡', 'Month') },
  { value: 'year', label: both('年卡', 'Year') },
  { value: 'week', label: both('周卡', 'Week'), disabled: true },
];

/** Fields, and the choices of filters. */
export const fields = (): Section => ({
  title: 'fields',
  examples: {
    text: () => <Text label={both('备注', 'Note')} placeholder={both('可不填', 'May be empty')} start="" />,
    'text, long': () => <Text label={both('备注', 'Note')} start={long()} />,
    'text, wrong': () => <Text label={both('名称', 'Name')} start="a" error={both('至少三个字符', 'At least three')} />,
    'text, disabled': () => <Text label={both('名称', 'Name')} start="moon" disabled />,
    moment: () => <MomentField label={both('到期', 'Expires')} value="2026-12-31 23:59" onChange={nothing} />,
    note: () => <NoteField label={both('原因', 'Reason')} value="" most={200} onChange={nothing} />,
    'one of few': () => <Chosen />,
    'from a list': () => (
      <SelectField label={both('类型', 'Type')} choices={choices()} value="month" onChange={nothing} />
    ),
    density: () => <DensityField />,
    day: () => <DayField label={both('从', 'From')} value="2026-07-01" onChange={nothing} />,
    'day, wrong': () => (
      <DayField
        label={both('到', 'To')}
        value="2026-06-01"
        problem={both('早于起点', 'Before the start')}
        onChange={nothing}
      />
    ),
    'day, disabled': () => <DayField label={both('从', 'From')} value="" disabled onChange={nothing} />,
    days: () => <DayRange range={{ from: '2026-07-01', to: '' }} onChange={nothing} />,
    'days ahead, wrong order': () => (
      <DayRange ahead range={{ from: '2026-07-02', to: '2026-07-01' }} onChange={nothing} />
    ),
    'days, disabled': () => <DayRange disabled range={{ from: '', to: '' }} onChange={nothing} />,
    'one of several': () => (
      <OneOf
        label={both('状态', 'State')}
        choices={[...choices(), { value: 'long', label: long() }]}
        chosen="year"
        onChoose={nothing}
        onDone={nothing}
      />
    ),
    'any of several': () => <AnyOf choices={choices()} chosen={['month', 'week']} onChange={nothing} />,
    search: () => (
      <SearchField search="" placeholder={both('搜索用户名', 'Search for a name')} most={50} onSearch={nothing} />
    ),
    'search, with a text': () => (
      <SearchField
        search={long()}
        placeholder={both('搜索用户名', 'Search for a name')}
        most={200}
        onSearch={nothing}
      />
    ),
  },
});

function Text({
  start,
  ...rest
}: Omit<Parameters<typeof TextField>[0], 'value' | 'onChange'> & { start: string }): ReactElement {
  const [value, setValue] = useState(start);
  return <TextField {...rest} value={value} onChange={setValue} />;
}

function Chosen(): ReactElement {
  const [value, setValue] = useState('year');
  return <Segmented label={both('类型', 'Type')} choices={choices()} value={value} onChange={setValue} />;
}
