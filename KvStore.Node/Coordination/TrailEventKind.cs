namespace KvStore.Node.Coordination;

/// <summary>What can happen to a request on its way.</summary>
internal enum TrailEventKind
{
    /// <summary>A read, or a phase of a round, has begun.</summary>
    PhaseBegun,

    /// <summary>A replica was asked.</summary>
    Asked,

    /// <summary>A replica was asked because those asked first took long.</summary>
    Hedged,

    /// <summary>A replica out of favour was asked as well, to see whether it has recovered.</summary>
    Probed,

    Replied,

    /// <summary>The request could not leave.</summary>
    Unreachable,

    /// <summary>The phase was settled by an answer to a hedge.</summary>
    HedgeWon,

    /// <summary>Nobody waits for answers of the phase any more.</summary>
    PhaseOver,

    /// <summary>Another member coordinates it from here on.</summary>
    HandedOver,

    /// <summary>Whoever asked has been answered.</summary>
    Answered,

    /// <summary>A replica has accepted after the answer.</summary>
    AcceptedLate,

    /// <summary>A replica stayed silent: the record is kept for it.</summary>
    Hinted,

    /// <summary>A replica seen to be behind is sent what was read.</summary>
    Taught,
}
