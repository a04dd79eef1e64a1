//! From a collected frame to the cells of a [`Metric`](crate::transform::Metric), exactly.

use crate::transform::metric::{Cell, CellKind};
use polars::prelude::{AnyValue, Column, DataFrame, DataType, TimeUnit};

/// The rows of a small result. `Err` names the column that holds what no cell can.
pub fn rows(frame: &DataFrame) -> Result<Vec<Vec<Cell>>, String> {
    let columns = frame.columns().iter().map(cells).collect::<Result<Vec<_>, _>>()?;
    let mut rows: Vec<Vec<Cell>> = (0..frame.height()).map(|_| Vec::with_capacity(columns.len())).collect();
    for column in columns {
        for (row, cell) in rows.iter_mut().zip(column) {
            row.push(cell);
        }
    }
    Ok(rows)
}

/// How a column of a typed query is shown, by its type alone.
pub fn kind_of(data_type: &DataType) -> CellKind {
    match data_type {
        DataType::Decimal(_, 18) => CellKind::Money,
        DataType::Decimal(..) => CellKind::Quantity,
        DataType::Float32 | DataType::Float64 => CellKind::Number,
        DataType::Date => CellKind::Date,
        DataType::Datetime(..) => CellKind::Time,
        DataType::Boolean => CellKind::Boolean,
        other if other.is_integer() => CellKind::Integer,
        _ => CellKind::Text,
    }
}

fn cells(column: &Column) -> Result<Vec<Cell>, String> {
    let of = |at: usize| {
        let value = column.get(at).map_err(|error| format!("column `{}`: {error}", column.name()))?;
        cell(&value)
            .ok_or_else(|| format!("column `{}` is {}: no cell can hold `{value}`", column.name(), column.dtype()))
    };
    (0..column.len()).map(of).collect()
}

/// `None` for lists, structures, durations, times finer than a microsecond, integers past 64 bits.
fn cell(value: &AnyValue) -> Option<Cell> {
    Some(match value {
        AnyValue::Null => Cell::Null,
        AnyValue::Boolean(value) => Cell::Boolean(*value),
        AnyValue::Float32(value) => Cell::Float((*value).into()),
        AnyValue::Float64(value) => Cell::Float(*value),
        AnyValue::Decimal(value, _, scale) => Cell::Decimal { value: *value, scale: u32::try_from(*scale).ok()? },
        AnyValue::Date(days) => Cell::Date(*days),
        AnyValue::Datetime(value, unit, _) => Cell::Time(micros(*value, *unit)?),
        AnyValue::DatetimeOwned(value, unit, _) => Cell::Time(micros(*value, *unit)?),
        AnyValue::Int8(value) => Cell::Integer((*value).into()),
        AnyValue::Int16(value) => Cell::Integer((*value).into()),
        AnyValue::Int32(value) => Cell::Integer((*value).into()),
        AnyValue::Int64(value) => Cell::Integer(*value),
        AnyValue::Int128(value) => Cell::Integer((*value).try_into().ok()?),
        AnyValue::UInt8(value) => Cell::Integer((*value).into()),
        AnyValue::UInt16(value) => Cell::Integer((*value).into()),
        AnyValue::UInt32(value) => Cell::Integer((*value).into()),
        AnyValue::UInt64(value) => Cell::Integer((*value).try_into().ok()?),
        other => Cell::Text(other.get_str()?.to_string()),
    })
}

fn micros(value: i64, unit: TimeUnit) -> Option<i64> {
    match unit {
        TimeUnit::Microseconds => Some(value),
        TimeUnit::Milliseconds => value.checked_mul(1000),
        TimeUnit::Nanoseconds => (value % 1000 == 0).then_some(value / 1000),
    }
}
