using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Which arguments of a command are keys, as COMMAND says it.</summary>
/// <param name="First">0 for none.</param>
/// <param name="Last">Negative from the end: -1 is the last argument.</param>
/// <param name="Step">From one key to the next.</param>
internal readonly record struct KeyPlaces(int First, int Last, int Step)
{
    public static readonly KeyPlaces None = new(0, 0, 0);
    public static readonly KeyPlaces One = new(1, 1, 1);
    public static readonly KeyPlaces Two = new(1, 2, 1);
    public static readonly KeyPlaces All = new(1, -1, 1);
    public static readonly KeyPlaces Pairs = new(1, -1, 2);

    /// <summary>Behind the name of a subcommand.</summary>
    public static readonly KeyPlaces Second = new(2, 2, 1);

    /// <returns>The arguments that are keys, in their order.</returns>
    public IEnumerable<byte[]> Of(byte[][] arguments)
    {
        int last = Last < 0 ? arguments.Length + Last : Math.Min(Last, arguments.Length - 1);
        for (int at = First; at > 0 && at <= last; at += Step)
        {
            yield return arguments[at];
        }
    }

    /// <summary>The keys, each once, or what is wrong with one.</summary>
    public RequestFailure? Read(byte[][] arguments, RequestRules rules, out Key[] keys)
    {
        keys = [];
        if (First == 0)
        {
            return null;
        }

        if (Last == First)
        {
            return arguments.Length <= First ? null : ReadOne(arguments[First], rules, out keys);
        }

        HashSet<Key> found = [];
        foreach (byte[] argument in Of(arguments))
        {
            if (ReadOne(argument, rules, out Key[] one) is { } failure)
            {
                return failure;
            }

            found.Add(one[0]);
        }

        keys = [.. found];
        return null;
    }

    private static RequestFailure? ReadOne(byte[] argument, RequestRules rules, out Key[] keys)
    {
        RequestFailure? failure = rules.CheckKey(argument.Length);
        keys = failure is null ? [new Key(argument)] : [];
        return failure;
    }
}
