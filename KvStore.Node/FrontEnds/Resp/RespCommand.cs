namespace KvStore.Node.FrontEnds.Resp;

/// <summary>One command: what COMMAND tells of it, and what carries it out.</summary>
/// <param name="Name">In small letters.</param>
/// <param name="Arity">Arguments with the name; negative: at least so many.</param>
/// <param name="Flags">As Redis names them, with blanks between.</param>
/// <param name="Group">As the documentation of Redis groups them.</param>
/// <param name="Since">Version of Redis that had it first.</param>
/// <param name="Summary">One sentence.</param>
internal sealed record RespCommand(string Name, int Arity, string Flags, KeyPlaces Keys, string Group, string Since, string Summary)
{
    /// <summary>Answers at once, of what is in memory.</summary>
    public Func<RespCall, RespReply>? AtOnce { get; init; }

    /// <summary>One change of one key.</summary>
    public Func<RespCall, SingleOperation>? Single { get; init; }

    /// <summary>Anything else.</summary>
    public Func<RespCall, ValueTask<RespReply>>? InSteps { get; init; }

    /// <summary>Whether it is run when all before it are answered, and nothing behind it before it is: it looks at all keys.</summary>
    public bool RunsAlone { get; init; }

    /// <summary>Whether it is answered to clients that have not said the password.</summary>
    public bool IsForEveryone => Flags.Contains("no_auth", StringComparison.Ordinal);

    public string[] FlagNames => Flags.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public bool Takes(int arguments) => Arity < 0 ? arguments >= -Arity : arguments == Arity;
}
