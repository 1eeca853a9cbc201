using System.Globalization;
using System.Runtime.InteropServices;

namespace KvStore.Node.Registers;

/// <summary>
/// The identity of one state of one key: the ballot of the round that last changed it and the change's place in that
/// round's batch. Rounds that change nothing keep it. It is what clients see as the ETag.
/// </summary>
/// <remarks>
/// The step exists because a round carries a whole batch: two puts answered from one round must not share a version, or a
/// compare-and-set by the first of them would overwrite the second unseen.
/// </remarks>
/// <param name="Ballot">The round; zero for a key that was never written.</param>
/// <param name="Step">1 for the first change of the batch that had an effect.</param>
[StructLayout(LayoutKind.Auto)] // as of its ballot
internal readonly record struct StateVersion(Ballot Ballot, ushort Step)
{
    public const int EncodedLength = Ballot.EncodedLength + 2;

    public static readonly StateVersion None = default;

    public bool IsNone => Ballot.IsZero;

    /// <summary>"epoch-counter-ordinal-step", the counter in hexadecimal; "0" for none.</summary>
    public override string ToString() => IsNone
        ? "0"
        : string.Create(CultureInfo.InvariantCulture, $"{Ballot.Epoch.Number}-{Ballot.Counter:x}-{Ballot.Ordinal}-{Step}");

    public static bool TryParse(ReadOnlySpan<char> text, out StateVersion version)
    {
        version = None;
        if (text is "0")
        {
            return true;
        }

        Span<Range> parts = stackalloc Range[5];
        if (text.Split(parts, '-') != 4
            || !uint.TryParse(text[parts[0]], NumberStyles.None, CultureInfo.InvariantCulture, out uint epoch)
            || !long.TryParse(text[parts[1]], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long counter)
            || !ushort.TryParse(text[parts[2]], NumberStyles.None, CultureInfo.InvariantCulture, out ushort ordinal)
            || !ushort.TryParse(text[parts[3]], NumberStyles.None, CultureInfo.InvariantCulture, out ushort step)
            || counter <= 0)
        {
            return false;
        }

        version = new StateVersion(new Ballot(new Epoch(epoch), counter, ordinal), step);
        return true;
    }
}
