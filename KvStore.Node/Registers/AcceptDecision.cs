namespace KvStore.Node.Registers;

internal enum AcceptDecision
{
    Accept,
    AlreadyAccepted,
    Conflict,
}
