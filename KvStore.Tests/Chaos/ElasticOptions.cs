using System.Globalization;

namespace KvStore.Tests.Chaos;

/// <summary>What the exercise in growing and shrinking was asked to do.</summary>
/// <param name="Most">Nodes at its height.</param>
/// <param name="Keys">That lie there before it begins, and move.</param>
/// <param name="Rate">Operations planned a second, all the time, where no share of capacity is asked for.</param>
/// <param name="Seed">Of what is drawn.</param>
/// <param name="TransferRate">Bytes a second that a member takes over at most, the nodes' option; 0: no limit.</param>
/// <param name="Rounds">How often it grows and shrinks: in the first, members compile most of what a change runs.</param>
/// <param name="Load">Percent of what the nodes can do that are planned: of what three can while they are alone, of what all can (or three, if that is less) while there are more; measured before the exercise, by a rehearsal of it; null: as many operations a second as the rate says.</param>
/// <param name="Settle">Seconds that the members are left as they are before they begin to leave, so that the new ones are compiled by then.</param>
/// <param name="Quiet">Seconds of a phase in which nothing changes, that others are compared with: long enough that what else the machine does for a second is no more of it than of a change.</param>
/// <param name="Kills">Whether a node is killed on each way: without, the figures say what a change alone costs.</param>
internal sealed record ElasticOptions(int Most, int Keys, int Rate, ulong Seed, int TransferRate, int Rounds, int? Load, int Settle, int Quiet, bool Kills)
{
    public const string Usage = "elastic [--nodes N] [--keys N] [--rate OPERATIONS_PER_SECOND | --load PERCENT_OF_CAPACITY] [--seed S] [--transfer-rate BYTES_PER_SECOND] [--rounds N] [--settle SECONDS] [--quiet SECONDS] [--kills 0|1]";

    private const int MostMax = 9;
    private const int KeysMax = 1_000_000;
    private const int RateMax = 10_000;
    private const int LoadMax = 100;
    private const int TransferRateLeast = 65_536;
    private const int RoundsMax = 10;
    private const int SettleMax = 600;
    private const int QuietMax = 600;

    public static ElasticOptions ByDefault { get; } = new(Most: 7, Keys: 20_000, Rate: 100, Seed: 1, TransferRate: 32 << 20, Rounds: 1, Load: null, Settle: 0, Quiet: 20, Kills: true);

    /// <returns>Null if they are none.</returns>
    public static ElasticOptions? Parse(ReadOnlySpan<string> args)
    {
        ElasticOptions options = ByDefault;
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                return null;
            }

            switch (args[i])
            {
                case "--nodes" when number is > ElasticExercise.First and <= MostMax:
                    options = options with { Most = number };
                    break;
                case "--keys" when number is > 0 and <= KeysMax:
                    options = options with { Keys = number };
                    break;
                case "--rate" when number is > 0 and <= RateMax:
                    options = options with { Rate = number };
                    break;
                case "--load" when number is > 0 and <= LoadMax:
                    options = options with { Load = number };
                    break;
                case "--seed":
                    options = options with { Seed = (ulong)number };
                    break;
                case "--transfer-rate" when number is 0 or >= TransferRateLeast:
                    options = options with { TransferRate = number };
                    break;
                case "--rounds" when number is > 0 and <= RoundsMax:
                    options = options with { Rounds = number };
                    break;
                case "--settle" when number <= SettleMax:
                    options = options with { Settle = number };
                    break;
                case "--quiet" when number is > 0 and <= QuietMax:
                    options = options with { Quiet = number };
                    break;
                case "--kills" when number is 0 or 1:
                    options = options with { Kills = number == 1 };
                    break;
                default:
                    return null;
            }
        }

        return options.Load is not null && args.Contains("--rate") ? null : options;
    }
}
