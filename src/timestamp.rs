//! Times as milliseconds since 1970 UTC, and the three formats that OSS and VOD use.
//! The calendar is the proleptic Gregorian one, by Howard Hinnant's public-domain day algorithms.

const DAY: i64 = 86_400_000;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// 1 January 1970 was a Thursday.
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

struct Civil {
    year: i64,
    month: i64,
    day: i64,
    /// Whole days since 1970-01-01.
    days: i64,
}

/// `20240307T090503Z`: x-oss-date of signature V4.
pub fn iso_basic(ms: i64) -> String {
    let Civil { year, month, day, .. } = civil(ms);
    let (hour, minute, second) = time_of_day(ms);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// `2024-03-07T09:05:03Z`: Timestamp of the VOD API, expiration of a POST policy.
pub fn iso(ms: i64) -> String {
    let Civil { year, month, day, .. } = civil(ms);
    let (hour, minute, second) = time_of_day(ms);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// `Thu, 07 Mar 2024 09:05:03 GMT`: x-oss-date of signature V1.
pub fn http_date(ms: i64) -> String {
    let Civil { year, month, day, days } = civil(ms);
    let (hour, minute, second) = time_of_day(ms);
    let weekday = WEEKDAYS[days.rem_euclid(7) as usize];
    let month = MONTHS[month as usize - 1];
    format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

/// ISO 8601 with or without fractions of a second, with `Z`, `±hh:mm` or `±hhmm`; extended or basic form.
/// A time without a zone is taken as UTC: all services here use UTC.
pub fn parse_iso(text: &str) -> Option<i64> {
    let mut rest = text.trim_ascii().as_bytes();
    let year = number(&mut rest, 4)?;
    skip(&mut rest, b"-");
    let month = number(&mut rest, 2)?;
    skip(&mut rest, b"-");
    let day = number(&mut rest, 2)?;
    if !skip(&mut rest, b"Tt ") {
        return None;
    }
    let hour = number(&mut rest, 2)?;
    skip(&mut rest, b":");
    let minute = number(&mut rest, 2)?;
    skip(&mut rest, b":");
    let second = number(&mut rest, 2)?;
    let mut fraction = 0;
    if skip(&mut rest, b".,") {
        let mut unit = 100;
        let before = rest.len();
        while let Some(digit) = number(&mut rest, 1) {
            fraction += digit * unit;
            unit /= 10;
        }
        if rest.len() == before {
            return None;
        }
    }
    let offset = match rest {
        [] | [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), zone @ ..] => {
            rest = zone;
            let hours = number(&mut rest, 2)?;
            skip(&mut rest, b":");
            let minutes = number(&mut rest, 2)?;
            if !rest.is_empty() || hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * if *sign == b'-' { -60_000 } else { 60_000 }
        }
        _ => return None,
    };
    Some(from_parts(year, month, day, hour, minute, second)? + fraction - offset)
}

/// The form of RFC 9110 §5.6.7 that every server sends: `Thu, 07 Mar 2024 09:05:03 GMT`. The weekday is not checked.
pub fn parse_http_date(text: &str) -> Option<i64> {
    let mut rest = text.split_once(", ")?.1.as_bytes();
    let day = number(&mut rest, 2)?;
    let (name, after) = rest.split_at_checked(5)?;
    let name = name.trim_ascii();
    let month = 1 + MONTHS.iter().position(|month| month.as_bytes() == name)? as i64;
    rest = after;
    let year = number(&mut rest, 4)?;
    skip(&mut rest, b" ");
    let hour = number(&mut rest, 2)?;
    skip(&mut rest, b":");
    let minute = number(&mut rest, 2)?;
    skip(&mut rest, b":");
    let second = number(&mut rest, 2)?;
    if rest != b" GMT" {
        return None;
    }
    from_parts(year, month, day, hour, minute, second)
}

/// Hour, minute and second.
fn time_of_day(ms: i64) -> (i64, i64, i64) {
    let second = ms.rem_euclid(DAY) / 1000;
    (second / 3600, second / 60 % 60, second % 60)
}

fn civil(ms: i64) -> Civil {
    let days = ms.div_euclid(DAY);
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    Civil {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day: of_year - (153 * from_march + 2) / 5 + 1,
        days,
    }
}

fn from_parts(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64) -> Option<i64> {
    // 60 is a leap second: some servers show it, and it is the first of the next minute here.
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    let days = era * 146_097 + of_era - 719_468;
    let ms = days * DAY + (hour * 3600 + minute * 60 + second) * 1000;
    // 31 February would be a day in March.
    let back = civil(days * DAY);
    (back.month == month && back.day == day).then_some(ms)
}

/// Exactly `width` digits.
fn number(rest: &mut &[u8], width: usize) -> Option<i64> {
    let (head, tail) = rest.split_at_checked(width)?;
    let value =
        head.iter().try_fold(0i64, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))?;
    *rest = tail;
    Some(value)
}

fn skip(rest: &mut &[u8], any_of: &[u8]) -> bool {
    match rest.split_first() {
        Some((first, tail)) if any_of.contains(first) => {
            *rest = tail;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARCH: i64 = 1_709_802_303_000;

    #[test]
    fn three_spellings() {
        assert_eq!(iso_basic(MARCH), "20240307T090503Z");
        assert_eq!(iso(MARCH + 999), "2024-03-07T09:05:03Z");
        assert_eq!(http_date(MARCH), "Thu, 07 Mar 2024 09:05:03 GMT");
        assert_eq!(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(iso(-1), "1969-12-31T23:59:59Z");
        assert_eq!(http_date(951_782_400_000), "Tue, 29 Feb 2000 00:00:00 GMT");
    }

    #[test]
    fn iso_in_its_variants() {
        for text in [
            "2024-03-07T09:05:03Z",
            "2024-03-07T09:05:03.000Z",
            "2024-03-07T17:05:03+08:00",
            "2024-03-07T17:05:03+0800",
            "2024-03-07T01:35:03-07:30",
            " 2024-03-07 09:05:03 ",
            "20240307T090503Z",
            "2024-03-07t09:05:03z",
        ] {
            assert_eq!(parse_iso(text), Some(MARCH), "{text}");
        }
        assert_eq!(parse_iso("2024-03-07T09:05:03.25Z"), Some(MARCH + 250));
        assert_eq!(parse_iso("2024-03-07T09:05:03.123456789Z"), Some(MARCH + 123));
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "3600",
            "2024-03-07",
            "2024-02-30T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-00-01T00:00:00Z",
            "2024-01-00T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:60:00Z",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00+8",
            "2024-01-01T00:00:00Zx",
            "2024-01-01T00:00:00+08:00Z",
            "２０２４-01-01T00:00:00Z",
        ] {
            assert_eq!(parse_iso(text), None, "{text}");
        }
    }

    #[test]
    fn http_dates() {
        assert_eq!(parse_http_date("Thu, 07 Mar 2024 09:05:03 GMT"), Some(MARCH));
        for text in [
            "",
            "07 Mar 2024 09:05:03 GMT",
            "Thu, 07 Mar 2024 09:05 GMT",
            "Thu, 07 Foo 2024 09:05:03 GMT",
            "Thu, 07 Mar 2024 09:05:03 CET",
        ] {
            assert_eq!(parse_http_date(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_four_centuries() {
        for day in -80_000..80_000i64 {
            let ms = day * DAY + 12_345_000;
            if iso(ms).starts_with('1') || iso(ms).starts_with('2') {
                assert_eq!(parse_iso(&iso(ms)), Some(ms));
                assert_eq!(parse_iso(&iso_basic(ms)), Some(ms));
                assert_eq!(parse_http_date(&http_date(ms)), Some(ms));
            }
        }
    }
}
