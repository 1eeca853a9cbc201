namespace KvStore.Node.Configuration;

/// <summary>Which of the words that exist was probably meant.</summary>
internal static class NearestWord
{
    /// <returns>The word with the fewest single-letter edits to <paramref name="typed"/>, upper and lower case alike; the first
    /// of equals.</returns>
    /// <param name="known">At least one.</param>
    public static string Of(string typed, IEnumerable<string> known) => known.MinBy(word => Distance(typed, word))!;

    /// <summary>Insertions, deletions and replacements that turn one into the other (Levenshtein).</summary>
    private static int Distance(string left, string right)
    {
        int[] row = new int[right.Length + 1];
        for (int column = 0; column <= right.Length; column++)
        {
            row[column] = column;
        }

        for (int line = 1; line <= left.Length; line++)
        {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= right.Length; column++)
            {
                bool same = char.ToUpperInvariant(left[line - 1]) == char.ToUpperInvariant(right[column - 1]);
                int replaced = diagonal + (same ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(replaced, Math.Min(row[column], row[column - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
