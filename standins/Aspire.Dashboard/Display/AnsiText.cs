using System.Globalization;

namespace Aspire.Dashboard.Display;

/// <summary>
/// The colours that programs write to a terminal: SGR sequences become parts with a class, other sequences are left out. Eight
/// colours, their bright ones, bold, dim, italic and underlined; others are shown as they come without colour.
/// </summary>
internal static class AnsiText
{
    private const char Escape = '\u001b';

    public static List<AnsiPart> Parse(string line)
    {
        List<AnsiPart> parts = [];
        var look = new Look();
        var from = 0;
        for (var at = line.IndexOf(Escape); at >= 0; at = line.IndexOf(Escape, from))
        {
            Add(parts, line[from..at], look);
            var end = EndOf(line, at);
            if (end > at && line[end - 1] == 'm' && at + 1 < line.Length && line[at + 1] == '[')
            {
                look = look.After(line[(at + 2)..(end - 1)]);
            }

            from = end;
        }

        Add(parts, line[from..], look);
        return parts;
    }

    private static void Add(List<AnsiPart> parts, string text, Look look)
    {
        if (text.Length > 0)
        {
            parts.Add(new AnsiPart(text, look.Class));
        }
    }

    /// <summary>One past the sequence: to its final letter; of an unknown one, the escape alone.</summary>
    private static int EndOf(string line, int at)
    {
        if (at + 1 >= line.Length || line[at + 1] != '[')
        {
            return at + 1;
        }

        for (var i = at + 2; i < line.Length; i++)
        {
            if (line[i] is >= '@' and <= '~')
            {
                return i + 1;
            }
        }

        return line.Length;
    }

    private sealed record Look(string Color = "", string Ground = "", bool IsBold = false, bool IsDim = false, bool IsItalic = false, bool IsUnderlined = false)
    {
        public string Class => string.Join(' ', new[]
        {
            Color, Ground, IsBold ? "ansi-bold" : "", IsDim ? "ansi-dim" : "", IsItalic ? "ansi-italic" : "", IsUnderlined ? "ansi-underlined" : "",
        }.Where(part => part.Length > 0));

        public Look After(string codes) => codes.Split(';').Aggregate(this, static (look, code) =>
            int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? look.After(number) : code.Length == 0 ? new Look() : look);

        private Look After(int code) => code switch
        {
            0 => new Look(),
            1 => this with { IsBold = true },
            2 => this with { IsDim = true },
            3 => this with { IsItalic = true },
            4 => this with { IsUnderlined = true },
            22 => this with { IsBold = false, IsDim = false },
            23 => this with { IsItalic = false },
            24 => this with { IsUnderlined = false },
            >= 30 and <= 37 => this with { Color = $"ansi-{code - 30}" },
            39 => this with { Color = "" },
            >= 40 and <= 47 => this with { Ground = $"ansi-on-{code - 40}" },
            49 => this with { Ground = "" },
            >= 90 and <= 97 => this with { Color = $"ansi-{code - 90} ansi-bright" },
            _ => this,
        };
    }
}
