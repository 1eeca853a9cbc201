namespace KvStore.Node.Configuration;

/// <summary>Which of the words that exist was probably meant.</summary>
internal static class NearestWord
{
    /// <returns>The word that <paramref name="typed"/> becomes with the fewest letters put in or taken out, upper and lower case
    /// alike; the first of equals.</returns>
    /// <param name="known">At least one.</param>
    public static string Of(string typed, IEnumerable<string> known) => known.MinBy(word => Distance(typed, word))!;

    /// <summary>
    /// Letters to put in and take out (edit distance). A replacement is one of each: where it counted as one, any short word
    /// would be nearer to an abbreviation than the long word that was abbreviated.
    /// </summary>
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
                int kept = same ? diagonal : int.MaxValue;
                diagonal = row[column];
                row[column] = Math.Min(kept, Math.Min(row[column], row[column - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
