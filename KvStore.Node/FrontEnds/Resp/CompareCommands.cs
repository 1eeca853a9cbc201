using KvStore.Node.Coordination;
using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>LCS: what two strings have in common, each as it was when it was read.</summary>
internal static class CompareCommands
{
    private static readonly RespReply NotStrings = RespReply.Error("ERR The specified keys must contain string values");

    private static readonly RespReply Both = RespReply.Error("ERR If you want both the length and indexes, please just use IDX.");

    private static readonly RespReply TooLong = RespReply.Error(
        $"ERR LCS compares up to {SharedSubsequence.PairsMax} pairs of bytes: the product of the strings' lengths is more");

    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("lcs", -3, "readonly", KeyPlaces.Two, "string", "7.0.0", "Finds the longest common substring.") { InSteps = RunAsync },
    ];

    private static async ValueTask<RespReply> RunAsync(RespCall call)
    {
        if (ReadOptions(call, out Options options) is { } wrong)
        {
            return wrong;
        }

        Ring.Key[] keys = [new(call.Arguments[1]), new(call.Arguments[2])];
        OperationResult[] read = await call.Server.Operations.RunAllAsync(call, keys, static _ => Change.Identity, static result => result);
        OperationResult worst = read.MaxBy(result => result.Outcome);
        if (worst.Outcome != OperationOutcome.Committed)
        {
            return RespError.Of(worst, Change.Identity, call.Level);
        }

        StoredValue first = new(read[0].Change.State);
        StoredValue second = new(read[1].Change.State);
        return first.IsHash || second.IsHash ? NotStrings
            : !SharedSubsequence.IsBounded(first.Bytes.Length, second.Bytes.Length) ? TooLong
            : Show(new SharedSubsequence(first.Bytes, second.Bytes, options.Length), options);
    }

    private static RespReply? ReadOptions(RespCall call, out Options options)
    {
        options = default;
        for (int at = 3; at < call.Count; at++)
        {
            switch (RespWord.Of(call.Arguments[at]))
            {
                case "LEN":
                    options = options with { Length = true };
                    break;
                case "IDX":
                    options = options with { Indexes = true };
                    break;
                case "WITHMATCHLEN":
                    options = options with { WithMatchLength = true };
                    break;
                case "MINMATCHLEN" when at + 1 < call.Count:
                    if (!RespNumber.TryParse(call.Arguments[++at], out long least))
                    {
                        return RespError.NotInteger;
                    }

                    options = options with { MatchLengthMin = Math.Max(0, least) };
                    break;
                default:
                    return RespError.Syntax;
            }
        }

        return options is { Length: true, Indexes: true } ? Both : null;
    }

    private static RespReply Show(SharedSubsequence common, Options options)
    {
        if (options.Length)
        {
            return RespReply.Integer(common.Length);
        }

        if (!options.Indexes)
        {
            return RespReply.Bulk(common.ToBytes());
        }

        IEnumerable<RespReply> matches = common.Runs().Where(run => run.Length >= options.MatchLengthMin).Select(run => RespReply.Array(
        [
            Range(run.First, run.Length), Range(run.Second, run.Length), .. options.WithMatchLength ? [RespReply.Integer(run.Length)] : Array.Empty<RespReply>(),
        ]));
        return RespReply.Map([RespReply.Text("matches"), RespReply.Array([.. matches]), RespReply.Text("len"), RespReply.Integer(common.Length)]);
    }

    private static RespReply Range(int first, int length) => RespReply.Array([RespReply.Integer(first), RespReply.Integer(first + length - 1)]);

    /// <param name="MatchLengthMin">Shorter runs are not told.</param>
    private readonly record struct Options(bool Length, bool Indexes, bool WithMatchLength, long MatchLengthMin);
}
