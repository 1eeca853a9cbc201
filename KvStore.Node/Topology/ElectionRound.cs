using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>One proposal on its way: the document wanted, and the round that tries to get it decided now.</summary>
internal sealed class ElectionRound(TopologyDocument wanted)
{
    private readonly HashSet<MemberId> _answered = [];
    private int _answers;

    public TopologyDocument Wanted => wanted;

    /// <summary>What the round's accepts carry.</summary>
    public TopologyDocument Document => Reported ?? wanted;

    /// <summary>Reported under the highest ballot as accepted by a voter: it may have been decided, so it is taken over.</summary>
    public TopologyDocument? Reported { get; set; }

    /// <summary>Zero while the next round waits to begin.</summary>
    public Ballot Ballot { get; private set; }

    /// <summary>Whether its accepts have left.</summary>
    public bool IsAccepting { get; private set; }

    public int Attempts { get; private set; }

    /// <summary>When the round is given up or, between two, when the next begins.</summary>
    public TimeSpan Due { get; private set; }

    /// <summary>The highest ballot under which a promise reported a document.</summary>
    public Ballot HighestAccepted { get; set; }

    public void Begin(Ballot ballot, TimeSpan due)
    {
        Clear();
        (Ballot, Due, Reported, HighestAccepted, IsAccepting) = (ballot, due, null, Ballot.Zero, false);
        Attempts++;
    }

    public void Accept(TimeSpan due)
    {
        Clear();
        (IsAccepting, Due) = (true, due);
    }

    public void Wait(TimeSpan until)
    {
        Clear();
        (Ballot, IsAccepting, Due) = (Ballot.Zero, false, until);
    }

    /// <returns>How many have answered the phase, each counted once.</returns>
    public int Answer(MemberId voter, bool countsTwice)
    {
        _answers++;
        _answered.Add(voter);
        return countsTwice ? _answers : _answered.Count;
    }

    private void Clear()
    {
        _answered.Clear();
        _answers = 0;
    }
}
