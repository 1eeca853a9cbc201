using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace KvStore.Tests.Chaos;

/// <summary>What the chaos program was asked to do.</summary>
/// <param name="Time">How long there are operations and faults.</param>
/// <param name="Seed">Of what is drawn; which operation meets which fault is up to the machine.</param>
/// <param name="Rate">Operations planned a second.</param>
/// <param name="StaleReads">Reads at level one, which promises nothing: the checker must find that.</param>
internal sealed record ChaosOptions(TimeSpan Time, ulong Seed, int Rate, bool StaleReads)
{
    public const string Usage = "chaos [--seconds N] [--seed S] [--rate OPERATIONS_PER_SECOND] [--stale-reads]";

    private const int SecondsMax = 86_400;
    private const int RateMax = 10_000;

    public static bool TryParse(ReadOnlySpan<string> args, [NotNullWhen(true)] out ChaosOptions? options)
    {
        options = null;
        ChaosOptions read = new(TimeSpan.FromSeconds(180), 1, Rate: 250, StaleReads: false);
        for (int i = 0; i < args.Length; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--seconds" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is > 0 and <= SecondsMax:
                    read = read with { Time = TimeSpan.FromSeconds(seconds) };
                    i++;
                    break;
                case "--seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed):
                    read = read with { Seed = seed };
                    i++;
                    break;
                case "--rate" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int rate) && rate is > 0 and <= RateMax:
                    read = read with { Rate = rate };
                    i++;
                    break;
                case "--stale-reads":
                    read = read with { StaleReads = true };
                    break;
                default:
                    return false;
            }
        }

        options = read;
        return true;
    }
}
