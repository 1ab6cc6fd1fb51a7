//! Removes emoji from titles: VOD refuses them (CreateUploadVideo: `IllegalCharacters`).

/// Characters shown as emoji by themselves: Emoji_Presentation, and Extended_Pictographic in the blocks Miscellaneous
/// Symbols, Dingbats and from U+1F000 on, where whole blocks are taken. Source: Unicode 17.0, emoji-data.txt.
const EMOJI: &[(u32, u32)] = &[
    (0x231a, 0x231b),
    (0x23e9, 0x23ec),
    (0x23f0, 0x23f0),
    (0x23f3, 0x23f3),
    (0x25fd, 0x25fe),
    (0x2600, 0x2604),
    (0x260e, 0x260e),
    (0x2611, 0x2611),
    (0x2614, 0x2615),
    (0x2618, 0x2618),
    (0x261d, 0x261d),
    (0x2620, 0x2620),
    (0x2622, 0x2623),
    (0x2626, 0x2626),
    (0x262a, 0x262a),
    (0x262e, 0x262f),
    (0x2638, 0x263a),
    (0x2640, 0x2640),
    (0x2642, 0x2642),
    (0x2648, 0x2653),
    (0x265f, 0x2660),
    (0x2663, 0x2663),
    (0x2665, 0x2666),
    (0x2668, 0x2668),
    (0x267b, 0x267b),
    (0x267e, 0x267f),
    (0x2692, 0x2697),
    (0x2699, 0x2699),
    (0x269b, 0x269c),
    (0x26a0, 0x26a1),
    (0x26a7, 0x26a7),
    (0x26aa, 0x26ab),
    (0x26b0, 0x26b1),
    (0x26bd, 0x26be),
    (0x26c4, 0x26c5),
    (0x26c8, 0x26c8),
    (0x26ce, 0x26cf),
    (0x26d1, 0x26d1),
    (0x26d3, 0x26d4),
    (0x26e9, 0x26ea),
    (0x26f0, 0x26f5),
    (0x26f7, 0x26fa),
    (0x26fd, 0x26fd),
    (0x2702, 0x2702),
    (0x2705, 0x2705),
    (0x2708, 0x270d),
    (0x270f, 0x270f),
    (0x2712, 0x2712),
    (0x2714, 0x2714),
    (0x2716, 0x2716),
    (0x271d, 0x271d),
    (0x2721, 0x2721),
    (0x2728, 0x2728),
    (0x2733, 0x2734),
    (0x2744, 0x2744),
    (0x2747, 0x2747),
    (0x274c, 0x274c),
    (0x274e, 0x274e),
    (0x2753, 0x2755),
    (0x2757, 0x2757),
    (0x2763, 0x2764),
    (0x2795, 0x2797),
    (0x27a1, 0x27a1),
    (0x27b0, 0x27b0),
    (0x27bf, 0x27bf),
    (0x2b1b, 0x2b1c),
    (0x2b50, 0x2b50),
    (0x2b55, 0x2b55),
    // Pictographs, flags, skin tones, and what is reserved for them.
    (0x1f000, 0x1faff),
    (0x1fc00, 0x1fffd),
    // Tags: the end of the flags of England, Scotland and Wales.
    (0xe0001, 0xe007f),
];

/// Variation selector 16: shows the character before it as an emoji.
const AS_EMOJI: char = '\u{fe0f}';
/// Zero-width joiner: makes one emoji of two. Scripts of India use it too.
const JOINER: char = '\u{200d}';
const KEYCAP: char = '\u{20e3}';

/// The text without emoji, their sequences, keycaps and flags.
pub fn remove_emoji(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut after_emoji = false;
    while let Some(c) = rest.next() {
        let styled = rest.next_if_eq(&AS_EMOJI).is_some();
        let keycap = matches!(c, '0'..='9' | '#' | '*') && rest.next_if_eq(&KEYCAP).is_some();
        let joins = c == JOINER && (after_emoji || rest.peek().is_some_and(|next| is_emoji(*next)));
        after_emoji = is_emoji(c) || keycap || joins || styled && may_be_styled(c) || matches!(c, AS_EMOJI | KEYCAP);
        if !after_emoji {
            out.push(c);
        }
    }
    out
}

fn is_emoji(c: char) -> bool {
    let c = u32::from(c);
    EMOJI.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

/// Symbols that are text by default and emoji with the selector: ©, ™, ↔, ▶, ㊙, …
fn may_be_styled(c: char) -> bool {
    matches!(c, '©' | '®' | '\u{2000}'..='\u{2bff}' | '〰' | '〽' | '㊗' | '㊙')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_of_every_kind_go() {
        for emoji in [
            "😀",
            "🏖️",
            "❤️",
            "❤",
            "⌚",
            "⭐",
            "☀️",
            "㊙️",
            "©️",
            "↔️",
            "▶️",
            "1️⃣",
            "#⃣",
            "*️⃣",
            "🇨🇳",
            "👍🏽",
            "👨‍👩‍👧",
            "🏳️‍🌈",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "🀄",
            "🫠",
            "🪿",
            "⏰",
            "⚽",
            "✅",
            "➕",
        ] {
            assert_eq!(remove_emoji(&format!("海{emoji}边")), "海边", "{emoji}");
            assert_eq!(remove_emoji(emoji), "", "{emoji}");
        }
    }

    #[test]
    fn text_stays() {
        for text in [
            "",
            "★推荐☆ No.1 #2 ✓ → ™ © ㊙ 〰 3℃ ①",
            "𠮷野家𰻞 葛\u{e0100}城",
            "क्\u{200d}ष",
            "日本語・한국어・العربية・עברית",
        ] {
            assert_eq!(remove_emoji(text), text);
        }
    }
}
